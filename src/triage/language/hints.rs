//! What the small words and the letters of a Latin text say of its language. Short posts have little else.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The languages that are told apart so, in the order of [`WORDS`].
pub(super) const CODES: [&str; 10] = ["en", "de", "fr", "es", "pt", "it", "nl", "sv", "tr", "vi"];

/// Points for each language.
pub(super) type Points = [u32; CODES.len()];

/// Words that are said often on public networks, and to shops; many stand in several lists.
const WORDS: [&str; CODES.len()] = [
    "the and is are was were be been it its i i'm i've you u ur your my me we our they their he she his her this \
     that these those there here what what's when where why how who which to of in on at for from with without by \
     about after before into than then now not no don't doesn't didn't can't won't isn't ain't cant dont can \
     could would should will do does did doing have has had having get got getting just so too very really still \
     never ever again more most one all any some anyone someone everyone nothing something please pls plz thanks \
     thank thx sorry hello hey hi love loved like good great best worst bad new old need want help working works \
     worked work today tomorrow yesterday yes yeah ok okay lol omg if or but because as up out off over down back \
     go going know think see make made guys being only also even much many way well right it's he's that's \
     there's let's u're we're they're it'll service support customer team refund order cancelled delivery \
     shipping price update issue problem broken phone account email bill charged waiting awesome amazing nice \
     cool shop store staff quality product feature bug crash crashing slow fast free tonight morning weekend \
     people food delicious friday monday",
    "der die das den dem des ein eine einen einem einer und oder aber ist sind war waren wird werden wurde bin \
     bist seid sein hat habe haben hab hatte ich du er sie es wir ihr euch mich mir dich dir uns mein meine \
     meinen meiner dein deine euer eure unser nicht kein keine keinen nie nichts was wann wo warum wie wer wieso \
     weshalb auf in im an am zu zum zur von vom mit bei nach aus für über unter vor seit bis durch ohne gegen um \
     auch noch schon nur sehr so mal doch ja nein wieder immer jetzt heute morgen gestern hier da dort dann wenn \
     weil dass ob als denn danke bitte hallo super toll gut schlecht endlich leider kann können könnt will wollen \
     muss müssen geht gehen macht machen gibt kommt jemand alle alles viel mehr ganz echt total wirklich besser \
     beste besten neue neuen neuer neues gerade bestellung kundenservice kundendienst lieferung paket rechnung \
     storniert kündigen preis teuer problem antwort hilfe geld rückerstattung wochen tage woche stunden jahr uhr \
     nachricht leer laden geschäft verkäufer qualität produkt funktioniert klappt find finde finden guten tag \
     abend frohe weihnachten mega geil scheiße mist verspätet keiner sagt bekommen warte warten hoffe schön \
     schade",
    "le la les l un une des du de d et ou mais est sont était suis es sommes êtes être ai as a ont avons avez \
     avoir j je tu il elle on nous vous ils elles me m te se s ce c c'est cet cette ces ça mon ma mes ton ta tes \
     son sa ses notre nos votre vos leur leurs ne n pas plus jamais rien que qu qui quoi quand où pourquoi \
     comment combien à au aux en dans sur sous avec sans pour par chez depuis avant après entre vers très trop \
     bien mal bon bonne mieux encore toujours aussi déjà même tout tous toute toutes si oui non merci bonjour \
     salut svp fait faire peut peux va vais voir quelqu'un j'ai j'adore l'appli y hier aujourd'hui demain matin \
     soir beaucoup peu nouveau nouvelle super franchement voilà donc alors comme service commande annulée \
     livraison colis remboursement prix cher problème réponse aide argent semaine semaines jours heures compte \
     magasin vendeur qualité produit marche déçu décu tres drole drôle appli panne soirée journée bug retard mdr \
     ptdr génial nul nulle honte attends attendre reçu achat client équipe gars bises ca",
    "el la los las un una unos unas y o pero es son está están estoy era fue ser estar soy eres he ha han hay \
     tengo tiene yo tú él ella nosotros ellos ustedes vosotros me te se nos os lo le les mi mis tu tus su sus \
     nuestro este esta estos estas ese esa eso esto no ni nunca nada que qué quien quién cuando cuándo donde \
     dónde por porque cómo como cuál cuánto a al de del en con sin para sobre desde hasta entre muy más menos \
     también ya aún todavía siempre otra otro vez todo todos toda todas algo alguien mucho muchos muchas bien mal \
     bueno buena mejor mejores peor sí gracias hola favor puedo puede pueden quiero hacer hace va voy ayer hoy \
     mañana mismo nuevo nueva así tan jajaja jaja señor llevo sigue solo servicio pedido cancelado cancelada \
     envío entrega paquete reembolso precio caro cara problema problemas respuesta ayuda dinero semanas días \
     horas cuenta tienda calidad producto funciona equipo cliente compra asco rico rica excelente vamos gusta \
     necesito espero esperando feliz cumpleaños buenos noche tarde ridículo ridiculo verdad gente porfa \
     aplicación quiere dice llegó llega atención increíble",
    "o a os as um uma uns umas e ou mas é são está estão estou era foi ser estar sou eu tu você vocês ele ela nós \
     eles elas me te se nos lhe meu minha meus minhas teu tua seu sua seus suas nosso nossa este esta esse essa \
     isso isto aquele aquela não nem nunca nada que quê quem quando onde porque por porquê como qual quanto ao à \
     aos às de do da dos das em no na nas num numa com sem para pra pro sobre desde até entre muito muita muitos \
     mais menos também já ainda sempre outra outro vez tudo todos toda todas algo alguém bem mal bom boa melhor \
     melhores pior sim obrigado obrigada valeu olá oi favor posso pode podem quero fazer faz tem têm tenho vai \
     vou ontem hoje amanhã mesmo mesma novo nova assim tão kkk kkkk kkkkk rsrs cadê há pela pelo pelas pelos \
     demais gente só fui serviço pedido cancelado cancelada envio entrega pacote encomenda reembolso preço caro \
     cara problema problemas resposta ajuda dinheiro semanas dias horas conta loja qualidade produto funciona nao \
     equipe cliente compra ruim excelente vamos gostei gosto preciso espero esperando feliz aniversário dia noite \
     tarde absurdo verdade aplicativo chegou chega atendimento incrível recomendo caiu péssimo cade tô tava pq",
    "il lo la i gli le l un uno una e ed o ma è sono era erano sei siete siamo essere ho hai ha abbiamo avete \
     hanno avere io tu lui lei noi voi loro mi ti si ci vi ne me te mio mia miei mie tuo tua suo sua nostro \
     vostro vostra questo questa questi queste quello quella non né mai niente nulla che chi cosa quando dove \
     perché come quanto quale a ad al alla allo ai alle di del della dello dei delle degli da dal dalla in nel \
     nella nei con su sul sulla per tra fra senza dopo prima molto troppo più meno anche già ancora sempre tutto \
     tutti tutta tutte qualcuno qualcosa bene male buono buona meglio migliore migliori peggio sì grazie ciao \
     prego favore posso può vuole fare fa va vado ieri oggi domani stesso stessa nuovo nuova così solo dov'è c'è \
     cos'è l'app poi però davvero ragazzi servizio ordine annullato annullata spedizione consegna pacco rimborso \
     prezzo caro cara problema problemi risposta aiuto soldi settimane giorni ore conto negozio qualità prodotto \
     funziona squadra cliente clienti acquisto schifo ottimo ottima andiamo piace bisogno aspetto aspettando \
     felice compleanno buongiorno buonasera notte assurdo verità gente applicazione arrivato arriva assistenza \
     incredibile consiglio bello bella brutto vergogna finalmente",
    "de het een en of maar is zijn was waren ben bent wordt worden word heb heeft hebben had hebt ik je jij u hij \
     zij ze wij we jullie mij me jou hem haar ons hen mijn jouw uw onze dit dat deze die niet geen nooit niets \
     niks wat wanneer waar waarom hoe wie welke op in aan te tot van met bij na uit voor over onder sinds door \
     zonder tegen om naar ook nog al alleen heel zeer zo eens toch ja nee weer altijd nu vandaag morgen gisteren \
     hier daar er dan als omdat dus want dank bedankt dankjewel hallo hoi goed goede slecht fijn mooi beste beter \
     eindelijk helaas kan kunnen kun wil willen moet moeten gaat gaan doet doen geeft komt iemand alle alles veel \
     meer zelf echt steeds nieuwe nieuw twee keer gewoon even wel bestelling geannuleerd levering bezorgd pakket \
     pakketje terugbetaling prijs duur probleem antwoord hulp geld weken dagen uur rekening winkel kwaliteit \
     product werkt klant klanten aankoop geweldig belachelijk belachelijke vind vinden leuk nodig wacht wachten \
     gefeliciteerd goedemorgen goedenavond mooie raar laat lekker graag gedaan mensen ontvangen helemaal \
     klantenservice stuk kapot vraag",
    "en ett den det de dem och eller men är var vara varit blir blev bli har hade ha jag du han hon vi ni dom mig \
     dig honom henne oss er min mitt mina din ditt dina sin sitt sina vår vårt våra ert era denna detta dessa här \
     där inte ingen inget inga aldrig vad när varför hur vem vilken som att på i av till från med utan för om \
     över under efter före mot hos sedan sen också även bara mycket så ju väl nog ja nej igen alltid nu idag \
     imorgon igår då än tack hej snälla bra dålig dåligt bättre bäst bästa äntligen tyvärr kan kunde vill ville \
     måste ska skulle går gå gör göra ger kommer någon något några alla allt mer mest samma ny nya nytt funkar \
     fungerar två gånger fortfarande väldigt köp stans beställning beställt avbruten leverans paket paketet \
     återbetalning pris dyrt dyr problem svar hjälp pengar pengarna veckor dagar timmar konto butik butiken \
     kvalitet produkt kund kunder köpt skit underbart underbar gillar gilla behöver väntar vänta grattis \
     godmorgon god morgon kväll sjukt sent snyggt gjort jobbat folk fått hela kundtjänst trasig fråga riktigt \
     jävla",
    "ve veya ama fakat ile için bir bu şu o ben sen biz siz onlar bana sana bize size beni seni bizi sizi benim \
     senin bizim sizin benden senden mi mı mu mü değil yok var ne neden niye niçin nasıl nerede nereye kim hangi \
     kaç çok daha en az hiç her şey herkes hep hala hâlâ yine gene artık şimdi bugün yarın dün sonra önce kadar \
     gibi göre beri da de ki ya evet hayır teşekkürler teşekkür sağol sağ olun ol lütfen merhaba selam güzel iyi \
     kötü harika berbat süper yeni eski bile asla sadece olarak oldu oluyor olan olmuş ediyor ediyorum istiyorum \
     lazım gerek bence yani işte iki kere aynı üç gün mısın mısınız misiniz musunuz abi hocam sipariş siparişim \
     iptal kargo kargom teslimat iade fiyat pahalı sorun cevap yardım yardim para hafta saat hesap mağaza kalite \
     ürün çalışmıyor calismiyor müşteri hizmet hizmetleri uygulama bayıldım bayildim guzel cok kotu bekliyorum \
     kutlu olsun günaydın geceler saçma emeğinize sağlık insan geldi gelmedi gelmiyor tesekkurler tesekkur ederim \
     tebrikler bravo rezalet",
    "và hoặc nhưng là có không chưa đã đang sẽ được bị tôi mình bạn anh chị em nó họ chúng ta của cho với từ đến \
     ở trong ngoài trên dưới này kia đó đây gì ai sao nào đâu bao giờ khi rất quá lắm cũng vẫn còn lại nữa mới cũ \
     tốt đẹp xấu tệ nhất hơn cảm ơn cám xin chào vâng dạ nhé nha ạ rồi thì mà nên vì các những một hai ba mấy hôm \
     nay mai qua người thế vậy như hàng tiền khong duoc cam on vay roi minh ban cua nhe đơn giao nhận hủy hoàn \
     giá đắt rẻ lỗi vấn đề trả lời giúp đỡ tuần ngày tài khoản cửa chất lượng sản phẩm dùng khách mua bán dở ngon \
     thích cần chờ đợi chúc mừng sáng chiều tối mạng chậm nhanh gửi ứng dụng điện thoại shop ơi ad hong ko dc đc",
];

/// Letters that not all of them write, who does, and what each is worth.
const LETTERS: [(&str, &[&str], u32); 15] = [
    ("ß", &["de"], 15),
    ("äö", &["de", "sv"], 5),
    ("ü", &["de", "tr", "es"], 5),
    ("å", &["sv"], 15),
    ("ñ¿¡", &["es"], 20),
    ("ãõ", &["pt"], 15),
    ("ç", &["fr", "pt", "tr"], 5),
    ("êôâ", &["fr", "pt", "vi"], 5),
    ("œîûë", &["fr"], 10),
    ("èàù", &["fr", "it"], 5),
    ("òì", &["it", "vi"], 10),
    ("íóúá", &["es", "pt", "vi"], 5),
    ("ığşİ", &["tr"], 20),
    ("ö", &["tr"], 5),
    ("ơưđă", &["vi"], 25),
];
/// Letters with two marks, which Vietnamese alone writes.
const VIETNAMESE: u32 = 40;

/// A word of one language.
pub(super) const OWN_WORD: u32 = 12;

/// By word: the languages that have it, one bit each.
static BY_WORD: LazyLock<HashMap<&'static str, u16>> = LazyLock::new(|| {
    let mut by_word: HashMap<&'static str, u16> = HashMap::new();
    for (i, words) in WORDS.iter().enumerate() {
        for word in words.split_ascii_whitespace() {
            *by_word.entry(word).or_default() |= 1 << i;
        }
    }
    by_word
});

/// What the words and letters of a text say.
pub(super) fn points(text: &str) -> Points {
    let mut points = Points::default();
    let text = text.to_lowercase().replace('’', "'");
    for word in text.split(|c: char| !c.is_alphanumeric() && c != '\'') {
        let word = word.trim_matches('\'');
        if !add_word(&mut points, word) && word.contains('\'') {
            // "l'app" is two words.
            for part in word.split('\'') {
                add_word(&mut points, part);
            }
        }
    }
    let mut seen: Vec<char> = Vec::new();
    for c in text.chars().filter(|c| !c.is_ascii() && c.is_alphabetic() || matches!(c, '¿' | '¡')) {
        if !seen.contains(&c) && seen.len() < 40 {
            seen.push(c);
            add_letter(&mut points, c);
        }
    }
    points
}

fn add_word(points: &mut Points, word: &str) -> bool {
    let Some(mask) = BY_WORD.get(word) else { return false };
    let worth = match mask.count_ones() {
        1 => OWN_WORD,
        2 => OWN_WORD / 2,
        3 => OWN_WORD / 4,
        _ => 1,
    };
    for (i, points) in points.iter_mut().enumerate() {
        *points += if mask & (1 << i) == 0 { 0 } else { worth };
    }
    true
}

fn add_letter(points: &mut Points, c: char) {
    let mut add = |language: &str, worth: u32| {
        for (code, points) in CODES.iter().zip(points.iter_mut()) {
            *points += if *code == language { worth } else { 0 };
        }
    };
    if ('\u{1EA0}'..='\u{1EFF}').contains(&c) {
        add("vi", VIETNAMESE);
    }
    for (letters, languages, worth) in LETTERS {
        if letters.contains(c) {
            for language in languages {
                add(language, worth);
            }
        }
    }
}
